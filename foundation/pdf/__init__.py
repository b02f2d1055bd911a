"""Forms as PDF, rendered in a child process."""

from foundation.pdf.renderer import PdfRenderer, RenderJob, release

__all__ = ["PdfRenderer", "RenderJob", "release"]
