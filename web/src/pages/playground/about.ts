import type { About } from "../../lib/pages";

export const about: About = {
  title: "Playground",
  purpose: "Train a small network on points of the plane: forwards, backwards in time, and beside another.",
  order: 4,
};
