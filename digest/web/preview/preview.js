// The page works without this. With it, a choice is shown at once, an edit within a second, and both keep the place.
"use strict";
(() => {
const root = document.documentElement;
const $ = id => document.getElementById(id);
root.classList.add("js");
let ticket = 0; // of the newest request: an older one that comes late is dropped
let told = false; // whether the events have come
let busy = "";
let wanted = location.pathname + location.search; // what was asked for last, shown already or not
let pushing = false; // whether that is a place of its own to come back to

const say = text => { if ($("state").textContent !== text) $("state").textContent = text; };
const query = () => {
	const form = new URLSearchParams();
	for (const [name, value] of new FormData($("choices"))) if (value) form.append(name, value);
	return "/?" + form;
};

// places remembers where frames are scrolled to: from the top, and as a part of the whole.
const places = stage => [...stage.querySelectorAll("iframe")].map(f => {
	const d = f.contentDocument && f.contentDocument.scrollingElement;
	return {width: f.dataset.width, scheme: f.dataset.scheme, y: d ? d.scrollTop : 0, of: d ? d.scrollHeight : 0};
});

const restore = (stage, before) => {
	if (before.length === 0) return;
	for (const f of stage.querySelectorAll("iframe")) {
		const d = f.contentDocument && f.contentDocument.scrollingElement;
		if (!d) continue;
		const same = before.find(p => p.width === f.dataset.width && p.scheme === f.dataset.scheme) || before.find(p => p.width === f.dataset.width);
		const p = same || before[0];
		d.scrollTop = same || !p.of ? p.y : p.y / p.of * d.scrollHeight;
	}
};

const loaded = stage => Promise.race([
	Promise.all([...stage.querySelectorAll("iframe")].map(f => new Promise(done => f.addEventListener("load", done, {once: true})))),
	new Promise(done => setTimeout(done, 5000)),
]);

// show brings another page into this one, and leaves scroll, focus and what is folded open as they are.
async function show(address, push) {
	const mine = ++ticket;
	wanted = address;
	pushing ||= push;
	let next;
	try {
		const answer = await fetch(address);
		next = new DOMParser().parseFromString(await answer.text(), "text/html");
	} catch {
		return say("The preview does not answer. Is tidings preview still running?");
	}
	if (mine !== ticket || !next.getElementById("stage")) return;
	const old = $("stage"), stage = document.adoptNode(next.getElementById("stage"));
	const wait = loaded(stage);
	stage.classList.add("arriving");
	old.after(stage);
	await wait;
	if (mine !== ticket) return stage.remove();
	const focus = document.activeElement && document.activeElement.id;
	const top = scrollY;
	restore(stage, places(old));
	old.remove();
	stage.classList.remove("arriving");
	controls(next);
	document.title = next.title;
	document.body.dataset.generation = next.body.dataset.generation;
	document.body.dataset.query = next.body.dataset.query;
	const here = "/" + next.body.dataset.query;
	if (here !== location.pathname + location.search) history[pushing ? "pushState" : "replaceState"](null, "", here);
	wanted = here;
	pushing = false;
	scrollTo(0, top);
	if (focus && $(focus) && document.activeElement !== $(focus)) $(focus).focus({preventScroll: true});
	dress(stage);
	return true;
}

// controls takes over what there is to choose from, if it is not the same as before.
function controls(next) {
	for (const id of ["choices", "refetch"]) {
		const open = $("help").open, fresh = document.adoptNode(next.getElementById(id));
		if (fresh.innerHTML === $(id).dataset.was) continue;
		const was = fresh.innerHTML;
		$(id).replaceWith(fresh);
		fresh.dataset.was = was;
		$("help").open = open;
	}
	$("fetch").setAttribute("aria-disabled", busy ? "true" : "false");
}

// dress lets the keys work while a message has the focus.
function dress(stage) {
	for (const f of stage.querySelectorAll("iframe")) {
		const listen = () => { try { f.contentDocument.addEventListener("keydown", pressed); } catch {} };
		listen();
		f.addEventListener("load", listen);
	}
}

function pressed(e) {
	if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || $("keys").checked) return;
	const t = e.target;
	if (t.matches && t.matches("select,textarea,input:not([type=radio]):not([type=checkbox])")) return;
	if (e.key === "n" || e.key === "N") {
		const s = $("reader"), at = s.selectedIndex + (e.key === "n" ? 1 : -1);
		if (at < 0 || at >= s.options.length) return;
		s.selectedIndex = at;
		show(query(), true);
		return e.preventDefault();
	}
	const control = document.querySelector(`[data-key="${CSS.escape(e.key)}"]`);
	if (!control) return;
	e.preventDefault();
	control.click();
}

document.addEventListener("keydown", pressed);
document.addEventListener("change", e => { if (e.target.form === $("choices")) show(query(), true); });
document.addEventListener("submit", e => {
	e.preventDefault();
	if (e.target === $("choices")) return show(query(), true);
	if (!busy) fetch("/fetch", {method: "POST", body: new URLSearchParams(new FormData(e.target)), redirect: "manual"}).catch(() => {});
});
document.addEventListener("click", e => {
	const a = e.target.closest && e.target.closest(".offers a");
	if (!a || e.ctrlKey || e.metaKey || e.shiftKey) return;
	e.preventDefault();
	show(a.getAttribute("href"), true);
});
addEventListener("popstate", () => {
	if (location.pathname + location.search === wanted) return; // to a place on this page, as by the link that skips the controls
	pushing = false;
	show(location.pathname + location.search, false);
});

const events = new EventSource("/events");
events.onmessage = async e => {
	const now = JSON.parse(e.data);
	busy = now.fetching;
	$("fetch").setAttribute("aria-disabled", busy ? "true" : "false");
	const follows = "Follows every edit.";
	if (String(now.generation) === document.body.dataset.generation) {
		if (busy || !told) say(busy || follows);
	} else if (await show(wanted, false)) {
		const problem = document.querySelector(".problem h2");
		say(busy || (problem ? "A mistake: " + problem.textContent + "." : "Updated at " + new Date().toLocaleTimeString() + "."));
	}
	told = true;
};
events.onerror = () => (told = false) || say("Not connected: the preview has ended, or is being started again.");

$("choices").dataset.was = $("choices").innerHTML;
$("refetch").dataset.was = $("refetch").innerHTML;
dress($("stage"));
})();
