import type { About } from "../../lib/pages";

export const about: About = {
  title: "Convolution",
  purpose: "Slide a kernel over a picture: see each product, the feature maps, and what of the picture a number sees.",
  order: 5,
};
