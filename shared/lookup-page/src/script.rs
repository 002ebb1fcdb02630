//! The one script of the pages: small, ours, and not needed to read them.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The script.
pub const SCRIPT: &str = include_str!("../templates/page.js");

/// Media type of the script.
pub const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";

/// It never changes under its name.
pub const SCRIPT_CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// Its name within `/scripts/`, which goes with its content: another version is another file.
pub fn script_name() -> &'static str {
    static NAME: LazyLock<String> = LazyLock::new(|| {
        let digits: String =
            Sha256::digest(SCRIPT).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("page-{digits}.js")
    });
    &NAME
}

/// What the browser checks before it runs the script (W3C Subresource Integrity).
pub(crate) fn integrity() -> &'static str {
    static INTEGRITY: LazyLock<String> =
        LazyLock::new(|| format!("sha256-{}", STANDARD.encode(Sha256::digest(SCRIPT))));
    &INTEGRITY
}
