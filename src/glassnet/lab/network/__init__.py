"""What stands behind the page *Network*: its messages, its state, its layers and what is made of them."""
