"""Each page of the lab, in Chromium and without."""
