"""What stands behind the page *Network*."""
