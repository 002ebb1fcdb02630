//! Why a file is not taken as a photo.

use image::ImageError;
use image::error::LimitErrorKind;

/// Why a file is refused. None of these gets better by trying again: the sender needs another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Rejection {
    /// The content is that of no picture format at all, whatever the file's name says.
    #[error("the file is not a picture")]
    NotAnImage,
    /// A picture, of a format or variant that isn't taken here.
    #[error("the picture's format is not supported")]
    UnsupportedFormat,
    /// More bytes than the limit.
    #[error("the file has too many bytes")]
    TooManyBytes,
    /// More pixels than the limit, or more memory than that many pixels may take.
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// The end of the picture is missing, as after an upload that broke off.
    #[error("the picture is cut off")]
    Truncated,
    /// The content contradicts its format.
    #[error("the picture is damaged")]
    Corrupt,
}

impl Rejection {
    /// The stable name of the reason, for interfaces and records.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAnImage => "not_an_image",
            Self::UnsupportedFormat => "unsupported_format",
            Self::TooManyBytes => "too_many_bytes",
            Self::TooManyPixels => "too_many_pixels",
            Self::Truncated => "truncated",
            Self::Corrupt => "corrupt",
        }
    }

    pub(crate) fn of_decoding(error: &ImageError) -> Self {
        match error {
            ImageError::Limits(limit) => match limit.kind() {
                LimitErrorKind::Unsupported { .. } => Self::UnsupportedFormat,
                _ => Self::TooManyPixels,
            },
            ImageError::Unsupported(_) => Self::UnsupportedFormat,
            ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Self::Truncated
            }
            _ => Self::Corrupt,
        }
    }
}
