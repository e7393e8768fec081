import type { About } from "../../lib/pages";

export const about: About = {
  title: "Network",
  purpose: "Feed forward by hand: every weight, bias and sum on one picture, each of them editable.",
  order: 2,
};
