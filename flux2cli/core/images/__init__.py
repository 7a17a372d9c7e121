"""Images without their pixels: PNG, JPEG and WebP are checked as streams, and found inside JSON, in constant memory."""
