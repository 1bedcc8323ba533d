"""The course as a static site: the chapters as they ran, what was claimed and measured, and every source."""
