import { useLayoutEffect, useState } from 'react';
import { useMediaQuery, type Theme } from '@mui/material';
import { Sidebar, useSidebarState, useStore, type SidebarProps } from 'react-admin';

/**
 * The menu. On a phone it opens as a dialog, which needs a name and is closed until somebody opens it: one that is there
 * by itself would hide the page from assistive technology. Whether it is folded at a desk is remembered apart, since
 * react-admin keeps one state for both widths.
 */
export const NamedSidebar = (props: SidebarProps) => {
  const isNarrow = useMediaQuery<Theme>((theme) => theme.breakpoints.down('sm'));
  const [isSetForNarrow, setIsSetForNarrow] = useState<boolean>();
  const [isOpen, setOpen] = useSidebarState();
  const [isOpenAtDesk, setOpenAtDesk] = useStore('menu.openAtDesk', true);
  useLayoutEffect(() => {
    if (isSetForNarrow === isNarrow) {
      if (!isNarrow) setOpenAtDesk(isOpen);
      return;
    }
    setOpen(!isNarrow && isOpenAtDesk);
    setIsSetForNarrow(isNarrow);
  }, [isNarrow, isSetForNarrow, isOpen, setOpen, isOpenAtDesk, setOpenAtDesk]);
  if (isNarrow && isSetForNarrow !== isNarrow) return null;
  return <Sidebar {...props} slotProps={{ paper: { 'aria-label': 'Menu' } }} />;
};
