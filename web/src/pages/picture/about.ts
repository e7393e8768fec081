import type { About } from "../../lib/pages";

export const about: About = {
  title: "Picture & export",
  purpose: "The network as you want it on your slide: colours, weights, labels; as SVG, PDF, PNG or TikZ.",
  order: 7,
};
