import type { About } from "../../lib/pages";

export const about: About = {
  title: "Playground",
  purpose: "Train a small network on points of the plane: forwards, backwards in time, and beside another.",
  order: 4,
  states: {
    heading: "Break it",
    links: [
      ["Divergence", "break=divergence"],
      ["Dead relu", "break=dead-relu"],
      ["Overfitting", "break=overfitting"],
      ["Vanishing gradient", "break=vanishing-gradient"],
      ["Too much penalty", "break=too-much-penalty"],
    ],
  },
};
