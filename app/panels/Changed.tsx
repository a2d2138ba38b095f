/** Old struck, new boxed; in words for those who do not see it. A thing that was not there before is new. */
export function Changed({ before, after }: { readonly before: string | undefined; readonly after: string | undefined }) {
  if (before === after) return <>{after}</>
  return (
    <>
      {before !== undefined && <del>{before}</del>} {after !== undefined && <ins>{after}</ins>}
    </>
  )
}
