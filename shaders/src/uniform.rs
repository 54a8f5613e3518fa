//! Whether all units of a workgroup reach the same barriers.
//!
//! Naga parses barriers in non-uniform control flow without complaint; some drivers hang there. A value is
//! uniform if it is the same in every unit: constants, scalars of the launch, the position of the workgroup,
//! and what is computed from them alone.

use naga::{
    AddressSpace, Binding, Block, BuiltIn, EntryPoint, Expression, Function, Handle, LocalVariable,
    Module, Statement, StorageAccess,
};
use std::collections::HashSet;

/// Finds a barrier that some units may miss.
///
/// # Errors
/// When there is one.
pub fn check(module: &Module, entry: &EntryPoint) -> Result<(), String> {
    if module.functions.iter().any(|(_, function)| has_barriers(&function.body)) {
        return Err("a barrier in a function that is called".to_owned());
    }
    let mut walk = Walk {
        module,
        function: &entry.function,
        varying: HashSet::new(),
        values: Vec::new(),
        barrier: false,
    };
    // A variable that turns out to vary makes others vary.
    loop {
        let before = walk.varying.len();
        walk.barrier = false;
        walk.values.clear();
        for (value, expression) in entry.function.expressions.iter() {
            let varies = walk.computed(expression);
            walk.values.push(varies);
            debug_assert_eq!(value.index() + 1, walk.values.len());
        }
        walk.block(&entry.function.body, false);
        if walk.varying.len() == before {
            break;
        }
    }
    if walk.barrier { Err("some units may miss a barrier".to_owned()) } else { Ok(()) }
}

/// Whether a block contains a barrier.
pub fn has_barriers(block: &Block) -> bool {
    block.iter().any(|statement| match statement {
        Statement::ControlBarrier(_) | Statement::WorkGroupUniformLoad { .. } => true,
        Statement::Block(block) => has_barriers(block),
        Statement::If { accept, reject, .. } => has_barriers(accept) || has_barriers(reject),
        Statement::Switch { cases, .. } => cases.iter().any(|case| has_barriers(&case.body)),
        Statement::Loop { body, continuing, .. } => has_barriers(body) || has_barriers(continuing),
        _ => false,
    })
}

struct Walk<'a> {
    module: &'a Module,
    function: &'a Function,
    /// Variables that may differ between units.
    varying: HashSet<Handle<LocalVariable>>,
    /// Which expressions may differ, as far as the variables are known: an expression comes after its parts.
    values: Vec<bool>,
    /// Whether some units may miss a barrier.
    barrier: bool,
}

/// What some units alone may do in a block.
#[derive(Debug, Default, Clone, Copy)]
struct Leaves {
    /// Leave the loop around it, or begin its next turn.
    turn: bool,
    /// Leave the function.
    function: bool,
}

impl Walk<'_> {
    /// Follows a block; `some` is whether only some units may run it.
    fn block(&mut self, block: &Block, some: bool) -> Leaves {
        let mut leaves = Leaves::default();
        for statement in block {
            let some = some || leaves.turn || leaves.function;
            let inner = self.statement(statement, some);
            leaves.turn |= inner.turn;
            leaves.function |= inner.function;
        }
        leaves
    }

    fn statement(&mut self, statement: &Statement, some: bool) -> Leaves {
        let mut leaves = Leaves::default();
        match statement {
            Statement::ControlBarrier(_) | Statement::WorkGroupUniformLoad { .. } => {
                self.barrier |= some;
            }
            Statement::Store { pointer, value } => {
                if let Some(variable) = self.variable(*pointer)
                    && (some || self.varies(*value) || self.varies_at(*pointer))
                {
                    self.varying.insert(variable);
                }
            }
            Statement::Block(block) => leaves = self.block(block, some),
            Statement::If { condition, accept, reject } => {
                let some = some || self.varies(*condition);
                for block in [accept, reject] {
                    let inner = self.block(block, some);
                    leaves.turn |= inner.turn;
                    leaves.function |= inner.function;
                }
            }
            Statement::Switch { selector, cases } => {
                let some = some || self.varies(*selector);
                for case in cases {
                    let inner = self.block(&case.body, some);
                    leaves.turn |= inner.turn;
                    leaves.function |= inner.function;
                }
            }
            Statement::Loop { body, continuing, break_if } => {
                let ends = break_if.is_some_and(|condition| self.varies(condition));
                let mut inner = self.block(body, some || ends);
                inner.turn |= self.block(continuing, some || ends || inner.turn).turn;
                if inner.turn || inner.function {
                    // Another turn, which some units have left.
                    self.block(body, true);
                    self.block(continuing, true);
                }
                leaves.function = inner.function;
            }
            Statement::Break | Statement::Continue => leaves.turn = some,
            Statement::Return { .. } | Statement::Kill => leaves.function = some,
            Statement::Call { arguments, .. } => {
                // A function may write through a pointer.
                for argument in arguments {
                    if let Some(variable) = self.variable(*argument) {
                        self.varying.insert(variable);
                    }
                }
            }
            _ => {}
        }
        leaves
    }

    /// The variable that a pointer leads to.
    fn variable(&self, pointer: Handle<Expression>) -> Option<Handle<LocalVariable>> {
        match self.function.expressions[pointer] {
            Expression::LocalVariable(variable) => Some(variable),
            Expression::Access { base, .. } | Expression::AccessIndex { base, .. } => {
                self.variable(base)
            }
            _ => None,
        }
    }

    /// Whether a pointer may lead to different places in different units.
    fn varies_at(&self, pointer: Handle<Expression>) -> bool {
        match self.function.expressions[pointer] {
            Expression::Access { base, index } => self.varies(index) || self.varies_at(base),
            Expression::AccessIndex { base, .. } => self.varies_at(base),
            _ => false,
        }
    }

    /// Whether the memory that a pointer leads to may differ between units, or change meanwhile.
    fn varies_in(&self, pointer: Handle<Expression>) -> bool {
        match self.function.expressions[pointer] {
            Expression::LocalVariable(variable) => self.varying.contains(&variable),
            Expression::GlobalVariable(variable) => {
                match self.module.global_variables[variable].space {
                    AddressSpace::Uniform | AddressSpace::Immediate => false,
                    AddressSpace::Storage { access } => access.contains(StorageAccess::STORE),
                    _ => true,
                }
            }
            Expression::Access { base, .. } | Expression::AccessIndex { base, .. } => {
                self.varies_in(base)
            }
            _ => true,
        }
    }

    fn varies(&self, value: Handle<Expression>) -> bool {
        self.values[value.index()]
    }

    fn computed(&self, expression: &Expression) -> bool {
        let any = |values: &[Handle<Expression>]| values.iter().any(|value| self.varies(*value));
        match expression {
            Expression::Literal(_)
            | Expression::Constant(_)
            | Expression::Override(_)
            | Expression::ZeroValue(_)
            | Expression::ArrayLength(_)
            | Expression::WorkGroupUniformLoadResult { .. } => false,
            Expression::FunctionArgument(index) => {
                let binding = &self.function.arguments[*index as usize].binding;
                !matches!(
                    binding,
                    Some(Binding::BuiltIn(
                        BuiltIn::WorkGroupId | BuiltIn::NumWorkGroups | BuiltIn::WorkGroupSize
                    ))
                )
            }
            Expression::Load { pointer } => self.varies_in(*pointer) || self.varies_at(*pointer),
            Expression::Compose { components, .. } => any(components),
            Expression::Access { base, index } => any(&[*base, *index]),
            Expression::AccessIndex { base: value, .. }
            | Expression::Splat { value, .. }
            | Expression::Swizzle { vector: value, .. }
            | Expression::Unary { expr: value, .. }
            | Expression::Relational { argument: value, .. }
            | Expression::As { expr: value, .. } => self.varies(*value),
            Expression::Binary { left, right, .. } => any(&[*left, *right]),
            Expression::Select { condition, accept, reject } => {
                any(&[*condition, *accept, *reject])
            }
            Expression::Math { arg, arg1, arg2, arg3, .. } => {
                self.varies(*arg)
                    || [arg1, arg2, arg3].into_iter().flatten().any(|it| self.varies(*it))
            }
            _ => true,
        }
    }
}
