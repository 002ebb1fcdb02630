//! Captchas: a small sum, drawn and in words, so that it can be seen or heard.

use anju_domain::violation::{Violation, ViolationCode};
use anju_store::Control;
use anju_store::captcha::Captcha;
use jiff::Timestamp;
use uuid::Uuid;

use crate::error::ApiError;
use crate::language::Language;

/// How long a captcha can be solved, in seconds.
const VALID_SECONDS: i64 = 300;

/// A captcha to give out.
#[derive(Debug)]
pub struct Drawn {
    /// What is remembered of it.
    pub captcha: Captcha,
    /// The picture.
    pub image_svg: String,
    /// The same in words.
    pub question: String,
}

/// Draws a captcha. A `fixed` answer, which only the local stack has, is asked for in plain.
pub fn draw(fixed: &str, language: Language, now: Timestamp) -> Drawn {
    let (one, other): (u32, u32) = (rand::random_range(1..=9), rand::random_range(1..=9));
    let (shown, question, answer) = if fixed.is_empty() {
        let question = match language {
            Language::Chinese => format!("{}加{}等于几?请填写数字。", numeral(one), numeral(other)),
            Language::English => format!("How much is {one} plus {other}? Give the number."),
        };
        (format!("{one}+{other}=?"), question, (one + other).to_string())
    } else {
        let question = language.pick("请填写:", "Type: ").to_owned() + fixed;
        (fixed.to_owned(), question, fixed.to_owned())
    };
    let id = Uuid::new_v4().simple().to_string();
    let captcha = Captcha { id, answer, expires_at: now.as_second() + VALID_SECONDS };
    Drawn { captcha, image_svg: picture(&shown), question }
}

/// Whether a captcha that was sent is solved: none sent, none solved; a wrong one is an error.
pub async fn check(
    control: &Control,
    id: Option<&str>,
    answer: Option<&str>,
    now: Timestamp,
) -> Result<bool, ApiError> {
    match (id, answer) {
        (None, None) => Ok(false),
        (Some(id), Some(answer)) if control.use_captcha(id, answer, now).await? => Ok(true),
        _ => Err(ApiError::Invalid(vec![Violation::new("/captcha", ViolationCode::WrongCaptcha)])),
    }
}

fn numeral(digit: u32) -> char {
    ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'].get(digit as usize).copied().unwrap_or('零')
}

/// Characters set askew among lines. What reads SVG text reads this too: it keeps out what doesn't look.
fn picture(text: &str) -> String {
    let mut svg = String::from(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 56" width="160" height="56"><rect width="160" height="56" fill="#fff"/>"##,
    );
    let within = |low: i32, high: i32| rand::random_range(low..=high);
    for _ in 0..6 {
        let (x1, y1, x2, y2) = (within(0, 160), within(0, 56), within(0, 160), within(0, 56));
        svg += &format!(r##"<path d="M{x1} {y1}L{x2} {y2}" stroke="#9aa" stroke-width="1.5"/>"##);
    }
    for (index, character) in text.chars().take(8).enumerate() {
        let x = 14 + 28 * i32::try_from(index).unwrap_or_default() + within(-3, 3);
        let (y, turn) = (38 + within(-5, 5), within(-18, 18));
        svg += &format!(
            r##"<text x="{x}" y="{y}" transform="rotate({turn} {x} {y})" font-family="sans-serif" font-size="30" font-weight="bold" fill="#123">{}</text>"##,
            escape(character)
        );
    }
    svg + "</svg>"
}

fn escape(character: char) -> String {
    match character {
        '<' => "&lt;".to_owned(),
        '&' => "&amp;".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_and_words_ask_for_the_same_sum() {
        let drawn = draw("", Language::English, Timestamp::UNIX_EPOCH);
        let numbers: Vec<u32> =
            drawn.question.chars().filter_map(|character| character.to_digit(10)).collect();
        assert_eq!(numbers.iter().sum::<u32>().to_string(), drawn.captcha.answer);
        assert!(drawn.image_svg.contains(&format!(">{}<", numbers[0])));
        assert_eq!(drawn.captcha.expires_at, VALID_SECONDS);
    }
}
