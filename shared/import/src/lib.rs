//! Files that come in: tables of regions, households and accounts, as text in UTF-8 or GB18030 or as Excel
//! workbooks. They are read row by row in constant memory, checked, and cut into pieces that can be applied by
//! themselves and repeated.
//!
//! Nothing here knows of AWS: bytes come in by [`std::io::Read`], pieces go out by [`cut::Sink`].

pub mod accounts;
pub mod columns;
pub mod cut;
pub mod delimited;
pub mod encoding;
pub mod error_file;
pub mod piece;
pub mod problem;
pub mod regions;
pub mod register;
pub mod row;
pub mod seen;
pub mod words;
pub mod workbook;
