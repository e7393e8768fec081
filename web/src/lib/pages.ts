// The pages, found by their folders: src/pages/NAME/about.ts says what a page is, index.tsx is the page.
import type { ComponentType } from "preact";

export interface About {
  title: string;
  purpose: string;
  order: number;
  /** States of it that are worth a visit: a title and the fragment of its address. */
  states?: { heading: string; links: readonly (readonly [string, string])[] };
}
export type PageComponent = ComponentType;
export interface Page extends About {
  name: string;
  load: () => Promise<{ default: PageComponent }>;
}

const abouts = import.meta.glob<About>("../pages/*/about.ts", { eager: true, import: "about" });
const loads = import.meta.glob<{ default: PageComponent }>(["../pages/*/index.tsx", "!../pages/overview/*"]);

export const pages: readonly Page[] = Object.entries(abouts)
  .map(([path, about]) => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const load = loads[`${folder}/index.tsx`];
    if (!load) throw new Error(`${folder} has no index.tsx`);
    return { ...about, name: folder.slice(folder.lastIndexOf("/") + 1), load };
  })
  .sort((a, b) => a.order - b.order);
