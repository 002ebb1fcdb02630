//! The HTTP contract as an OpenAPI 3.1 document.
//!
//! Bodies and parameters are described by the readers that read them, answers by the views that are
//! sent, problems by the errors of the one mapping. What is written by hand is which operation has
//! which of them, and one example each. Tests hold every answer of the real functions against it.

mod document;
mod operation;
mod operations;
mod reference;
mod samples;

pub use document::document;
pub use operation::{Access, Operation};
pub use operations::operations;
pub use reference::reference;
