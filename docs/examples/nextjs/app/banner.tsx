"use client";

import { useState } from "react";

/** The smallest of cookie banners. A tool for consent does the same in its callback. */
export function Banner() {
  const [answered, setAnswered] = useState(false);
  const answer = async (given: boolean) => {
    setAnswered(true);
    const body = JSON.stringify({ given, search: location.search });
    await fetch("/consent", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  };
  if (answered) return <p>Thank you.</p>;
  return (
    <p>
      May we remember who recommended us to you?
      <button onClick={() => answer(true)}>Yes</button> <button onClick={() => answer(false)}>No</button>
    </p>
  );
}
