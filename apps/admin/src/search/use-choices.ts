import { useEffect, useMemo, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useDataProvider, useGetResourceLabel, useResourceDefinitions } from 'react-admin';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { choicesOf, pagesNamed, type Choice } from './hits';
import { recentChoices } from './recent';

const PAUSE_MS = 150;
const GROUP = 'Pages';

/** Lists, and what else the menu leads to. */
const usePages = (): Choice[] => {
  const definitions = useResourceDefinitions();
  const labelOf = useGetResourceLabel();
  return useMemo(
    () => [
      { group: GROUP, name: 'Overview', path: '/' },
      ...Object.values(definitions)
        .filter(({ hasList }) => hasList)
        .map(({ name }) => ({ group: GROUP, name: labelOf(name, 2), path: `/${name}` })),
    ],
    [definitions, labelOf],
  );
};

/** The text once nobody has typed for a moment. */
const usePaused = (text: string): string => {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
};

/**
 * The choices for a text; without one, those that were opened lately, and all pages. Hits for another text are never
 * among them, since Enter opens the first.
 */
export const useChoices = (typed: string) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const pages = usePages();
  const text = typed.trim();
  const paused = usePaused(text);
  const isAsked = text !== '' && text === paused;
  const { data, error, isFetching } = useQuery({
    queryKey: ['search', text],
    queryFn: ({ signal }) => api.search(text, signal),
    enabled: isAsked,
    retry: false,
    gcTime: 60_000,
  });
  const choices = useMemo(() => {
    if (text === '') return [...recentChoices().map((one) => ({ ...one, group: 'Recent' })), ...pages];
    return [...pagesNamed(pages, text), ...choicesOf(data ?? [])];
  }, [text, pages, data]);
  return {
    choices,
    isPending: text !== '' && (!isAsked || isFetching),
    fault: isAsked ? error?.message : undefined,
  };
};
