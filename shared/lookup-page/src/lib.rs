//! The household's public page and the QR code that leads to it.
//!
//! Pure: a household and the names of its regions go in, a static page comes out, the same bytes for
//! the same record. Reading needs no script, no picture and no second request.

mod headers;
mod html;
mod qr;
mod report;
mod script;
mod style;
mod view;
mod words;

pub use headers::{CACHE_CONTROL, CONTENT_TYPE, headers, report_headers};
pub use html::{RenderError, not_found_page, page};
pub use qr::{QrError, QrModules, qr_png, qr_svg};
pub use report::{Filled, Notice, PageLanguage, ReportView, report_page};
pub use script::{SCRIPT, SCRIPT_CACHE_CONTROL, SCRIPT_TYPE, script_name};
pub use view::{NameMask, PageView};
