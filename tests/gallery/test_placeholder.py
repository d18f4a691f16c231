from PIL import Image
from tests import pictures

from aiimagecraft.gallery.placeholder import placeholder_of


def test_the_placeholder_is_that_of_the_reference_encoder() -> None:
    opaque = pictures.photo(32, 20, seed=1)
    clear = pictures.photo(20, 32, "RGBA", seed=2)
    clear.putalpha(Image.linear_gradient("L").resize((20, 32)))
    assert placeholder_of(opaque) == "HVcKVJhkbJhweHeLh4cFc7MNhw=="
    assert placeholder_of(clear) == "oKeGIw444oC1mmYViKAX93h4gIiHeHg="
    assert placeholder_of(Image.new("RGBA", (8, 8), (1, 2, 3, 0))) == "AAiCBQAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
