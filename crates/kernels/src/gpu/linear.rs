//! A product with a bias on a GPU: one launch, and one for all gradients.

use super::buffers::contiguous;
use super::matrix::{Product, Stored, add_pieces, product, products, reshaped};
use crate::linear::{Gradients, Kernels, Operands};
use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;

impl Kernels for CubeBackend {
    fn product(operands: Operands<Self>) -> CubeTensor {
        let Operands { x, kernel, bias } = operands;
        let [x, kernel, bias] = [x, kernel, bias].map(|it| contiguous(&it));
        product(Product { bias: Some(bias), ..Product::new(Stored::Plain, &x, &kernel) })
    }

    fn gradients(operands: Operands<Self>, of_product: CubeTensor, of_x: bool) -> Gradients<Self> {
        let Operands { x, kernel, .. } = operands;
        let [x, kernel, of_product] = [x, kernel, of_product].map(|it| contiguous(&it));
        let mut jobs =
            vec![Product { sums: true, ..Product::new(Stored::LeftTransposed, &x, &of_product) }];
        if of_x {
            jobs.push(Product::new(Stored::RightTransposed, &of_product, &kernel));
        }
        let mut results = products(&jobs, None).into_iter();
        let of_kernel = results.next().expect("a result of every job");
        let of_bias = of_kernel.sums.expect("sums, as they are wanted");
        let of_x = results.next().map(|it| reshaped(it.product, x.shape().dims::<2>()));
        let [of_kernel, bias] = <[_; 2]>::try_from(add_pieces(&[of_kernel.product, of_bias]))
            .expect("as many sums as there are pieces");
        Gradients { x: of_x, kernel: reshaped(of_kernel, kernel.shape().dims::<2>()), bias }
    }
}
