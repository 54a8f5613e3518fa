//! The weights of a network one by one, by name, each flattened to one dimension.
//!
//! Names are paths through the fields of [`CharLm`], such as `layers.0.recurrent_kernel`, and the
//! order is that of the fields: files and optimizers key on them, never on burn's random ids.

use crate::CharLm;
use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor};

/// One weight tensor of a network.
#[derive(Debug)]
pub struct Parameter {
    /// The path to the field, such as `head.bias`.
    pub name: String,
    /// The tensor's own dimensions.
    pub shape: Vec<usize>,
    /// The numbers, flattened, outside of any graph.
    pub value: Tensor<1>,
}

/// Calls `visit` for every parameter, in order.
pub fn visit_parameters(model: &CharLm, visit: impl FnMut(Parameter)) {
    struct Visitor<F>(Vec<String>, F);
    impl<F: FnMut(Parameter)> ModuleVisitor for Visitor<F> {
        fn enter_module(&mut self, name: &str, _container: &str) {
            self.0.push(name.to_owned());
        }
        fn exit_module(&mut self, _name: &str, _container: &str) {
            self.0.pop();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            (self.1)(parameter(&self.0, param.val()));
        }
    }
    model.visit(&mut Visitor(Vec::new(), visit));
}

/// The gradient of every parameter, flattened, in order; zeros where the loss does not depend on
/// one.
///
/// # Shapes
/// One `[N]` for each parameter of `N` numbers.
pub fn gradients(model: &CharLm, gradients: Gradients) -> Vec<Tensor<1>> {
    struct Visitor(Gradients, Vec<Tensor<1>>);
    impl ModuleVisitor for Visitor {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let value = param.val();
            let gradient = value.grad_remove(&mut self.0);
            self.1.push(
                gradient.unwrap_or_else(|| value.without_autodiff().zeros_like()).flatten(0, -1),
            );
        }
    }
    let mut visitor = Visitor(gradients, Vec::new());
    model.visit(&mut visitor);
    visitor.1
}

/// A network with every parameter replaced by what `change` makes of it, in order.
///
/// # Shapes
/// `change` gets and returns `[N]` for a parameter of `N` numbers.
#[must_use]
pub fn map_parameters(model: CharLm, change: impl FnMut(Parameter) -> Tensor<1>) -> CharLm {
    struct Mapper<F>(Vec<String>, F);
    impl<F: FnMut(Parameter) -> Tensor<1>> ModuleMapper for Mapper<F> {
        fn enter_module(&mut self, name: &str, _container: &str) {
            self.0.push(name.to_owned());
        }
        fn exit_module(&mut self, _name: &str, _container: &str) {
            self.0.pop();
        }
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let (id, value, mapper) = param.consume();
            let (dims, learns) = (value.dims(), value.is_autodiff());
            let changed = (self.1)(parameter(&self.0, value)).reshape(dims);
            let value = if learns { changed.autodiff().require_grad() } else { changed };
            Param::from_mapped_value(id, value, mapper)
        }
    }
    model.map(&mut Mapper(Vec::new(), change))
}

fn parameter<const D: usize>(path: &[String], value: Tensor<D>) -> Parameter {
    let shape = value.dims().to_vec();
    Parameter { name: path.join("."), shape, value: value.without_autodiff().flatten(0, -1) }
}
