//! What lists promise, for any register, any state of the counts and any way of paging.

mod paging;
mod requests;
mod world;
