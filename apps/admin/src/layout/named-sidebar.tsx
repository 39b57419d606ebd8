import { useLayoutEffect, useState } from 'react';
import { useMediaQuery, type Theme } from '@mui/material';
import { Sidebar, useSidebarState, type SidebarProps } from 'react-admin';

/**
 * The menu. On a phone it opens as a dialog, which needs a name. A window that becomes that narrow has the menu closed: a
 * dialog that nobody opened would hide the page from assistive technology.
 */
export const NamedSidebar = (props: SidebarProps) => {
  const isNarrow = useMediaQuery<Theme>((theme) => theme.breakpoints.down('sm'));
  const [wasNarrow, setWasNarrow] = useState(isNarrow);
  const [, setOpen] = useSidebarState();
  useLayoutEffect(() => {
    if (isNarrow === wasNarrow) return;
    setOpen(!isNarrow);
    setWasNarrow(isNarrow);
  }, [isNarrow, wasNarrow, setOpen]);
  if (isNarrow && !wasNarrow) return null;
  return <Sidebar {...props} slotProps={{ paper: { 'aria-label': 'Menu' } }} />;
};
