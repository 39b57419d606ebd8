import { useState } from 'react';
import { Button, Menu, MenuItem } from '@mui/material';
import DownloadIcon from '@mui/icons-material/FileDownloadOutlined';
import { useListContext } from 'react-admin';
import { operatorApi } from '../providers/http-client';

const formats = [
  { id: 'ndjson', label: 'NDJSON, can be verified offline' },
  { id: 'csv', label: 'CSV, for spreadsheets' },
];

const address = (format: string, filter: Record<string, unknown>) => {
  const given = Object.entries(filter).filter(([, value]) => typeof value === 'string' && value !== '');
  return `${operatorApi}/audit-events/export?${new URLSearchParams([['format', format], ...given] as string[][]).toString()}`;
};

/** Downloads what the filters of the list say, all of it; the browser takes the stream as it comes. */
export const ExportButton = () => {
  const { filterValues } = useListContext();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button
        variant="outlined"
        size="small"
        startIcon={<DownloadIcon />}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
      >
        Export
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {formats.map(({ id, label }) => (
          <MenuItem
            key={id}
            component="a"
            href={address(id, filterValues)}
            download
            onClick={() => setAnchor(null)}
          >
            {label}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
};
