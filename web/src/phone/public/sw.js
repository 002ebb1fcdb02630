// Keeps the client on the device, so that it starts without network. What the API says is never kept here.
// Written in the JavaScript of 2016: browsers take this file as it is.
'use strict';

// The build writes {version, current, old} here: the files for today's browsers, and those for old ones.
var FILES = /* FILES */ null;
var SCOPE = new URL('./', self.location.href).href;
var CACHE = 'anju-app-' + (FILES ? FILES.version : 'none');

function kept() {
  if (!FILES) return [];
  var names = self.location.search === '?old' ? FILES.old.concat(FILES.current.filter(function (name) { return !name.endsWith('.js') || name === 'old.js'; })) : FILES.current;
  return names.map(function (name) { return SCOPE + (name === 'index.html' ? '' : name); });
}

self.addEventListener('install', function (event) {
  event.waitUntil(caches.open(CACHE).then(function (cache) { return cache.addAll(kept()); }));
});

// The page asks for it once the reader agrees: two versions at once would share one store.
self.addEventListener('message', function (event) {
  if (event.data === 'take-over') self.skipWaiting();
});

self.addEventListener('activate', function (event) {
  event.waitUntil(
    caches.keys().then(function (names) {
      return Promise.all(names.filter(function (name) { return name.indexOf("anju-app-") === 0 && name !== CACHE; }).map(function (name) { return caches.delete(name); }));
    }).then(function () { return self.clients.claim(); })
  );
});

self.addEventListener('fetch', function (event) {
  var url = event.request.url.split(/[?#]/)[0];
  if (event.request.method !== 'GET' || url.indexOf(SCOPE) !== 0) return;
  var wanted = url === SCOPE + 'index.html' ? SCOPE : url;
  event.respondWith(
    caches.open(CACHE).then(function (cache) { return cache.match(wanted); }).then(function (found) {
      return found || fetch(event.request);
    })
  );
});
