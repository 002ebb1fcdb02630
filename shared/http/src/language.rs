//! People read Chinese, or English where they prefer it.

pub use anju_domain::language::Language;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::ACCEPT_LANGUAGE;

/// The preferred one of `Accept-Language` (RFC 9110); Chinese where it names neither.
pub fn preferred(headers: &HeaderMap) -> Language {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let weighted = accepted.split(',').filter_map(|range| {
        let mut parts = range.split(';');
        let tag = parts.next()?.trim().to_ascii_lowercase();
        let quality =
            parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        let language = match tag.split('-').next()? {
            "zh" => Language::Chinese,
            "en" => Language::English,
            _ => return None,
        };
        (quality > 0.0).then_some((language, quality))
    });
    // Of equal preference, the first named wins.
    let best = weighted.fold(None, |best: Option<(Language, f32)>, next| match best {
        Some(held) if held.1 >= next.1 => Some(held),
        _ => Some(next),
    });
    best.map_or(Language::Chinese, |(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_for_those_who_prefer_it() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, text.parse().unwrap());
            preferred(&headers)
        };
        assert_eq!(preferred(&HeaderMap::new()), Language::Chinese);
        assert_eq!(of("en-US,en;q=0.9"), Language::English);
        assert_eq!(of("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese);
        assert_eq!(of("en;q=0.5, zh;q=0.8"), Language::Chinese);
        assert_eq!(of("de, en;q=0.1"), Language::English);
        assert_eq!(of("en;q=0, fr"), Language::Chinese);
        assert_eq!(of("*"), Language::Chinese);
    }
}
