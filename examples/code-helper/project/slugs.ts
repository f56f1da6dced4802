/** Turns a title into part of an address: "Two  Red Hats" is "two-red-hats". */
export function slugify(title: string): string {
  return title.trim().toLowerCase().replace(' ', '-');
}

/** Adds the smallest number that makes a slug new: "hat", "hat-2", "hat-3". */
export function uniqueSlug(slug: string, taken: readonly string[]): string {
  if (!taken.includes(slug)) return slug;
  let number = 2;
  while (taken.includes(`${slug}-${number}`)) number += 1;
  return `${slug}-${number}`;
}
