//! The one style sheet of all pages, and what the content security policy says of it.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Stands within the page, so that reading it takes a single request.
pub(crate) const STYLE: &str = include_str!("../templates/style.css");

/// The style sheet of the page with the form.
pub(crate) const REPORT_STYLE: &str =
    concat!(include_str!("../templates/style.css"), include_str!("../templates/report.css"));

static DIRECTIVES: LazyLock<String> = LazyLock::new(|| directives(STYLE, "'none'"));
static REPORT_DIRECTIVES: LazyLock<String> = LazyLock::new(|| directives(REPORT_STYLE, "'self'"));

static POLICY: LazyLock<String> = LazyLock::new(|| unframed(&DIRECTIVES));
static REPORT_POLICY: LazyLock<String> = LazyLock::new(|| unframed(&REPORT_DIRECTIVES));

/// Nothing may load or run but this very style sheet and a script from where the page came from, which
/// may ask nobody else; `data:` pictures are for the empty icon, which saves the browser's request for one.
fn directives(style: &str, forms: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(style));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; script-src 'self'; connect-src {forms}; img-src data:; \
         base-uri 'none'; form-action {forms}"
    )
}

fn unframed(directives: &str) -> String {
    format!("{directives}; frame-ancestors 'none'")
}

/// The policy as the page repeats it, for a bucket or CDN that can't send the header: without
/// `frame-ancestors`, which browsers take from the header only.
pub(crate) fn policy_within_page() -> &'static str {
    &DIRECTIVES
}

/// The policy as the header says it.
pub(crate) fn policy() -> &'static str {
    &POLICY
}

/// The same two for the page with the form, which sends it to where it came from.
pub(crate) fn report_policy_within_page() -> &'static str {
    &REPORT_DIRECTIVES
}

/// As the header says it.
pub(crate) fn report_policy() -> &'static str {
    &REPORT_POLICY
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Colours by their names, from the `number`th place that sets the ground.
    fn palette(number: usize) -> BTreeMap<&'static str, [f64; 3]> {
        let (at, _) = STYLE.match_indices("--paper:").nth(number).unwrap();
        let declarations = STYLE[at..].split_once('}').unwrap().0;
        declarations
            .split(';')
            .map(|declaration| {
                let (name, colour) = declaration.split_once(':').unwrap();
                (name.trim_start_matches('-'), channels(colour))
            })
            .collect()
    }

    fn channels(colour: &str) -> [f64; 3] {
        let digits = colour.strip_prefix('#').unwrap();
        let width = digits.len() / 3;
        std::array::from_fn(|channel| {
            let part = digits[channel * width..][..width].repeat(3 - width);
            f64::from(u8::from_str_radix(&part, 16).unwrap()) / 255.0
        })
    }

    /// WCAG 2's contrast of two colours.
    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let luminance = |colour: [f64; 3]| -> f64 {
            let linear = colour
                .map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn text_stands_out_seven_to_one_in_light_and_dark() {
        assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
        for colours in [palette(0), palette(1)] {
            for (text, ground) in [
                ("ink", "paper"),
                ("quiet", "paper"),
                ("on", "secured"),
                ("on", "unsecured"),
                ("on", "again"),
                ("on", "left"),
                ("on", "link"),
            ] {
                let ratio = contrast(colours[text], colours[ground]);
                assert!(ratio >= 7.0, "{text} on {ground}: {ratio}");
            }
        }
    }
}
