"""Work behind the pages: results kept for all visitors, and jobs that run on their own."""
