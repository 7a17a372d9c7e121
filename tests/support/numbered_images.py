"""Eight reference images as flags, and the numbered fields that they become, literally."""

FLAGS = [word for n in range(1, 10) for word in ("-i", f"https://a.example/{n}.png")]
"""Two words for each of nine images."""

FIELDS = {
    "input_image": "https://a.example/1.png",
    "input_image_2": "https://a.example/2.png",
    "input_image_3": "https://a.example/3.png",
    "input_image_4": "https://a.example/4.png",
    "input_image_5": "https://a.example/5.png",
    "input_image_6": "https://a.example/6.png",
    "input_image_7": "https://a.example/7.png",
    "input_image_8": "https://a.example/8.png",
}
"""The first eight."""
