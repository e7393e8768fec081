import type { About } from "../../lib/pages";

export const about: About = {
  title: "Line",
  purpose: "Linear regression by hand, by steps downhill and by formula: watch the squares of the errors.",
  order: 1,
};
