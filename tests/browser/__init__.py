"""The site in a browser. A package, so that the browser and the servers of its tests end with the last of them."""
