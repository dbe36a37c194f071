"""The portal as an app on somebody's home screen: manifest, icons, service worker, the page without a network."""
