// Chrome 61 to 63 know modules, so that they leave out what is marked `nomodule`, but can't read ours. Where the client
// hasn't begun once all has been read, its files for old browsers are taken. Written in the JavaScript of 2016.
'use strict';

addEventListener('DOMContentLoaded', function () {
  var entry = document.getElementById('vite-legacy-entry');
  // Without `noModule` the browser takes them by itself.
  if (window.anjuBegan || !entry || !('noModule' in entry)) return;
  var polyfills = document.createElement('script');
  polyfills.src = document.getElementById('vite-legacy-polyfill').src;
  polyfills.addEventListener('load', function () { System.import(entry.getAttribute('data-src')); });
  document.head.appendChild(polyfills);
});
