// One approval. Gets the options, shows what they say, asks the passkey, posts the answer. Nothing else is loaded or sent.
'use strict';
(async () => {
  const path = document.querySelector('main').dataset.path;
  const $ = id => document.getElementById(id);
  const say = (text, kind) => { $('status').textContent = text; $('status').className = kind || ''; };
  const toBytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  const toText = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const withBytes = list => (list || []).map(entry => ({ ...entry, id: toBytes(entry.id) }));

  const create = async o => {
    const c = await navigator.credentials.create({ publicKey: {
      ...o, challenge: toBytes(o.challenge), user: { ...o.user, id: toBytes(o.user.id) }, excludeCredentials: withBytes(o.excludeCredentials) } });
    return envelope(c, { attestationObject: toText(c.response.attestationObject) });
  };
  const get = async o => {
    const c = await navigator.credentials.get({ publicKey: {
      ...o, challenge: toBytes(o.challenge), allowCredentials: withBytes(o.allowCredentials) } });
    return envelope(c, {
      authenticatorData: toText(c.response.authenticatorData), signature: toText(c.response.signature),
      ...(c.response.userHandle ? { userHandle: toText(c.response.userHandle) } : {}) });
  };
  const envelope = (c, response) => ({
    id: c.id, rawId: toText(c.rawId), type: c.type, clientExtensionResults: {},
    ...(c.authenticatorAttachment ? { authenticatorAttachment: c.authenticatorAttachment } : {}),
    response: { clientDataJSON: toText(c.response.clientDataJSON), ...response } });

  const show = summary => {
    $('title').textContent = summary.title;
    document.title = 'AgentKeys: ' + summary.title;
    for (const { label, value } of summary.lines) {
      const dt = document.createElement('dt'), dd = document.createElement('dd');
      dt.textContent = label;
      dd.textContent = value;
      $('lines').append(dt, dd);
    }
    $('challenge').textContent = summary.challenge;
    $('lead').hidden = $('details').hidden = $('go').hidden = false;
  };

  const approve = async options => {
    $('go').disabled = true;
    say('Waiting for your passkey\u2026');
    try {
      const result = await (options.ceremony === 'create' ? create : get)(options.publicKey);
      const answer = await fetch(path + '/result', {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(result) });
      const verdict = await answer.json();
      if (!answer.ok) throw new Error(verdict.error);
      if (verdict.status === 'next') { location.replace(verdict.next); return; }
      $('go').hidden = true;
      say('Approved. You can close this page.', 'good');
    } catch (e) {
      $('go').disabled = false;
      say('Not approved (' + (e.name === 'Error' ? e.message : e.name) + '). You can try again.', 'bad');
    }
  };

  try {
    if (!window.PublicKeyCredential) throw new Error('this browser has no passkeys');
    const answer = await fetch(path + '/options');
    if (!answer.ok) throw new Error('this page is no longer valid');
    const options = await answer.json();
    show(options.summary);
    $('go').textContent = options.ceremony === 'create' ? 'Create passkey' : 'Approve with passkey';
    $('go').addEventListener('click', () => approve(options));
    $('go').focus({ preventScroll: true });
  } catch (e) {
    $('title').textContent = 'Nothing to approve';
    say('The approval is over, or the command has ended: ' + e.message + '.', 'bad');
  }
})();
