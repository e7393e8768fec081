import type { About } from "../../lib/pages";

export const about: About = {
  title: "Learn",
  purpose: "One gradient step, played forwards and backwards: loss, δ, gradients, update, each number checked.",
  order: 3,
};
