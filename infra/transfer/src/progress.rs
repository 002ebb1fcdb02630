//! Bars at the terminal; nothing where there is none.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of bytes.
pub fn of_bytes(length: u64, what: &str) -> ProgressBar {
    styled(length, "{elapsed_precise} {msg} {wide_bar} {bytes}/{total_bytes} {eta}", what)
}

/// A bar of pieces.
pub fn of_pieces(length: u64, what: &str) -> ProgressBar {
    styled(length, "{elapsed_precise} {msg} {wide_bar} {pos}/{len} {eta}", what)
}

/// Something that is not known how long it takes.
pub fn of_rows(what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{elapsed_precise} {spinner} {msg} {pos}");
    let bar = ProgressBar::no_length().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.with_message(what.to_owned())
}

fn styled(length: u64, template: &str, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style).with_message(what.to_owned())
}
