import type { About } from "../../lib/pages";

export const about: About = {
  title: "Sequence",
  purpose: "Step through time: the state that a network keeps, its gates, and the attention between steps.",
  order: 6,
};
