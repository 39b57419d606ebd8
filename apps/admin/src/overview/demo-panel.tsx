import { Box, Link as ExternalLink, Typography } from '@mui/material';
import { Link } from 'react-admin';
import OpenInNewIcon from '@mui/icons-material/OpenInNew';
import type { Overview } from '../api-types';
import { userPath } from '../components/paths';
import { Section } from '../components/section';

/** Links of the API are followed to the web and to this server, and nowhere else. */
const isWeb = ({ url }: { url: string }) => /^(https?:\/\/|\/(?![/\\]))/.test(url);

export const DemoPanel = ({ demo }: { demo: NonNullable<Overview['demo']> }) => (
  <Section title="Try it with the demo user">
    <Box sx={{ p: 2.5, display: 'grid', gap: 1.5 }}>
      <Typography variant="body2">
        Google, GitHub and Dropbox are stand-ins on this machine, so nothing real is touched. Connect an
        account as{' '}
        <Link to={userPath(demo.userId)} underline="always">
          {demo.userId}
        </Link>
        , then watch the connection and the history appear here.
      </Typography>
      <Box sx={{ display: 'flex', gap: 2.5, flexWrap: 'wrap' }}>
        {demo.links.filter(isWeb).map(({ label, url }) => (
          <ExternalLink
            key={url}
            href={url}
            target="_blank"
            rel="noreferrer"
            variant="body2"
            sx={{ display: 'inline-flex', gap: 0.5, alignItems: 'center' }}
          >
            {label}
            <OpenInNewIcon aria-label="(opens in a new tab)" sx={{ fontSize: 15 }} />
          </ExternalLink>
        ))}
      </Box>
    </Box>
  </Section>
);
