"use strict";(()=>{var e=localStorage.getItem("aiimagecraft.theme");(e==="light"||e==="dark")&&(document.documentElement.dataset.theme=e);})();
