//! Who is calling: passwords, tokens and the one place that lets a caller in.

pub mod attempts;
pub mod caller;
pub mod captcha;
pub mod initial;
pub mod password;
pub mod session;
pub mod token;

pub use caller::{Authenticator, Caller, FirstSignIn};
pub use token::{Claims, SigningKeys};
