//! A web server for runs: the list of runs, the curves and samples of a training while it runs, a page to play with
//! networks, and an API for programs that speak `OpenAI`'s.
//!
//! | item | purpose |
//! |---|---|
//! | [`Options`] | which runs, where to listen, in which language |
//! | [`Server::bind`], [`Server::run`] | listens, and answers until it is stopped |
//! | [`Stopper`] | stops a server |
//!
//! The server listens on this machine by default. Everything but the static files of the page and `/health` needs the
//! random token of [`Server::token`]. A request names runs and networks, which are looked up in a list; no part of it
//! becomes a path. Links no burn.
//!
//! | folder | owns |
//! |---|---|
//! | `http` | requests and responses as bytes, connections |
//! | `writing` | texts that are written side by side for all clients |
//! | `completions` | the API for completions |
//! | `neurons` | a page about what the units of a network do along a text |
//! | `runs` | lists of runs, their metrics, live updates |
//! | `page` | the files of the page |

mod completions;
mod error;
mod guard;
mod http;
mod limits;
mod networks;
mod neurons;
mod openapi;
mod page;
mod problem;
mod routes;
mod runs;
mod server;
mod token;
mod writing;

pub use error::ServeError;
pub use server::{Options, Server, Stopper};
pub use token::Token;
