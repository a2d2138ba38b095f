// `tsc -b` refuses a project that has no file yet: this one keeps the worker and the page tests company.
export {}
