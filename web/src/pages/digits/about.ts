import type { About } from "../../lib/pages";

export const about: About = {
  title: "Digits",
  purpose: "Draw a digit: see the 784 numbers that are fed, every neuron, the ten outputs, and ask why.",
  order: 0,
};
