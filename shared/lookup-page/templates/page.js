// What the public pages do better with a script: reading aloud where the browser can speak, and a report
// that survives a bad network. Written for the browsers of old phones. Without it everything still works.
(function () {
  'use strict';

  var speech = window.SpeechSynthesisUtterance && window.speechSynthesis;

  function each(selector, visit) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), visit);
  }

  // Stars as a pause, numbers digit by digit.
  function spoken(text) {
    return text.replace(/\*+/g, ', ').replace(/\d{3,}/g, function (digits) {
      return digits.split('').join(' ');
    });
  }

  function read(texts, language) {
    if (speech.speaking) {
      speech.cancel();
      return;
    }
    texts.forEach(function (text) {
      var utterance = new window.SpeechSynthesisUtterance(spoken(text));
      utterance.lang = language;
      utterance.rate = 0.9;
      speech.speak(utterance);
    });
  }

  // A page is read by its parts, so that a long one doesn't stop half-way, as some browsers do.
  function parts(page) {
    var found = page.querySelectorAll('h1,.meaning,dl div');
    return Array.prototype.map.call(found, function (part) {
      return Array.prototype.map.call(part.children.length ? part.children : [part], function (piece) {
        return piece.textContent;
      }).join(', ');
    });
  }

  function offerReading() {
    if (!speech) return;
    each('button.aloud', function (button) {
      var page = button;
      while (page.tagName !== 'MAIN') page = page.parentNode;
      button.hidden = false;
      button.onclick = function () {
        var text = button.getAttribute('data-text');
        read(text ? [text] : parts(page), page.lang);
      };
    });
  }

  function notice(form, text) {
    var shown = document.getElementById('unsent') || document.createElement('p');
    shown.id = 'unsent';
    shown.className = 'notice';
    shown.setAttribute('role', 'alert');
    shown.textContent = text;
    form.appendChild(shown);
  }

  // What was written stays until the server has answered.
  function send(form, button) {
    var fields = new window.URLSearchParams(new window.FormData(form));
    var label = button.textContent;
    fields.set(button.name, button.value);
    button.disabled = true;
    button.textContent = form.getAttribute('data-sending');
    window.fetch(window.location.href, { method: 'POST', body: fields }).then(function (answer) {
      var type = answer.headers.get('content-type') || '';
      if (type.indexOf('text/html') !== 0) throw new Error('no page');
      return answer.text();
    }).then(function (html) {
      var page = new window.DOMParser().parseFromString(html, 'text/html').querySelector('main');
      var old = document.querySelector('main');
      old.parentNode.replaceChild(page, old);
      start();
      var first = page.querySelector('[role=alert]') || page.querySelector('h1');
      first.tabIndex = -1;
      first.focus();
    }).catch(function () {
      button.disabled = false;
      button.textContent = label;
      notice(form, form.getAttribute('data-unsent'));
    });
  }

  function offerSending() {
    if (!window.fetch || !window.URLSearchParams || !window.FormData || !window.DOMParser) return;
    each('form', function (form) {
      var pressed = form.querySelector('button.first');
      each('button[name=do]', function (button) {
        button.addEventListener('click', function () { pressed = button; });
      });
      form.addEventListener('submit', function (event) {
        event.preventDefault();
        if (!pressed.disabled) send(form, pressed);
      });
    });
  }

  function start() {
    offerReading();
    offerSending();
  }

  start();
})();
